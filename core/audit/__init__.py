"""Who changed what, and how it was before: one append-only row per change."""

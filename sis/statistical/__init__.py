"""Statistical reports: monthly attendance, ADA and ADM, and what a principal certified."""

"""Every select of the statistical reports."""

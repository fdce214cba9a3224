"""Every select of attendance: classes that met, submissions, events, reasons, rosters."""

"""The schema's history; every migration runs on SQLite and PostgreSQL."""

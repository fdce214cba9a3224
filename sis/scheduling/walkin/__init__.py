"""A counselor with a student at the desk: the student's day, and changing it section by section."""

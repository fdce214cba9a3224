"""Attendance: who was in class, said once by the teacher and corrected by the office."""

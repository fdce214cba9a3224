"""The student information system: the records that everything else watches and serves."""

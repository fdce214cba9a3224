"""Taking attendance, correcting it, and making it void."""

"""OneRoster at the edge: its words stay in here, the records inside use their own."""

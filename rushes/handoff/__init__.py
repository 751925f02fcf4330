"""How a timeline is written for editors and players, one file for each format."""

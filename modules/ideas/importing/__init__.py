"""Ideas from elsewhere: read a file, check each row, show what would come of it, take all of it over or nothing."""

"""What each stage of a recipe is worth: rows that differ in one thing, at equal student steps."""

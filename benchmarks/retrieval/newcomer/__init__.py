"""Questions in the words of people who have read a product's page, and not its source."""

"""How quiet smell_hunt is on code that people released: what it says there, judged by hand."""

"""The list of callbacks: its filters, its rows, its search and its file for a spreadsheet."""

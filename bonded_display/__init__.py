"""The operator's room: bonded stock, goods on display, the warehouse and the customs desk."""

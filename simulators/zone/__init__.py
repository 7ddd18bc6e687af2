"""The bonded zone: takes bonded inventory lists, gives exit passes, keeps the gate."""

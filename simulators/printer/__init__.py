"""The other side's receipt printer: ESC/POS over TCP, drawn as pictures, with faults on demand."""

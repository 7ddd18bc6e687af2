"""What is heard from customs: kept once, led to the paper it is about, judged with all before it."""

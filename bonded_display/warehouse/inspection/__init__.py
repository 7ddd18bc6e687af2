"""What happens to a parcel that customs wants to see or keeps: case, bay, result."""

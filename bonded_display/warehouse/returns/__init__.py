"""A parcel that comes back to the zone: asked for, arrived, checked, on stock again."""

"""Pick, pack, waybills, exit batches."""

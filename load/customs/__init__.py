"""The customs bench: lists signed and stored, beside the bare libraries on the same documents."""

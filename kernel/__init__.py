"""What every room stands on; holds no business rule and imports none of ours."""

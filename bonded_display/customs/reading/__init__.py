"""What the operator's pages read of the customs desk: worklists, timelines, papers."""

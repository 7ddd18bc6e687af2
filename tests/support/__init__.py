"""What tests stand on: databases, seams, guards, official data; no test lives here."""

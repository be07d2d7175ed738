"""`trialtrail new --check`: newer files beside what a configuration expects of them."""

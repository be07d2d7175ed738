"""An adversary that tries to tell the arms of blinded trials apart, and how often it is right."""

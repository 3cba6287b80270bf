# Install rules and the .deb.

"""An existing alertmanager.yml becomes the section ``alerts`` of config.yaml."""

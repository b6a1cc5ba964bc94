"""What processes show of a component: other interpreters, the network, files, random generators."""

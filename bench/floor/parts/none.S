// Nothing: how far two equal programs come apart.

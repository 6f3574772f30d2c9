"""What the papers print, for `cartrove compare` and `cartrove fingerprint`: lines to read, of figures computed in transforms.printed."""

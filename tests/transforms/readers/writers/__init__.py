"""One truth written through every library and program that writes workbooks and can be had here."""

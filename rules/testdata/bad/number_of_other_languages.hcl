locals {
  size = 10MB # ERROR: Missing quotes [col 10] | "10MB"
  n0 = 1_000_000 # ERROR: Invalid number literal [col 8] | Numbers have no separators: write the digits without underscores.
  n1 = 0x10 # ERROR: Invalid number literal [col 8] | Numbers are decimal, and neither hexadecimal, octal nor binary: write it in decimal digits.
  n2 = 0b101 # ERROR: Invalid number literal [col 8] | Numbers are decimal, and neither hexadecimal, octal nor binary: write it in decimal digits.
  n3 = 010_000 # ERROR: Invalid number literal [col 8] | Numbers have no separators: write the digits without underscores.
  n4 = 1_0 # ERROR: Invalid number literal [col 8] | Numbers have no separators: write the digits without underscores.
  mask = 0xzz # ERROR: Missing quotes [col 10] | "0xzz"
}

"""What is promised when things break: processes killed in the middle of writes, power gone, many writers at once."""

enum PlaceholderSampleDay {}

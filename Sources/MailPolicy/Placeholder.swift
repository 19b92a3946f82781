enum PlaceholderMailPolicy {}

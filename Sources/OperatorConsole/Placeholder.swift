enum PlaceholderOperatorConsole {}

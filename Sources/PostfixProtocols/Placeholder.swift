enum PlaceholderPostfixProtocols {}

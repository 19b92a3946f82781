import GRDB

enum PlaceholderS {}

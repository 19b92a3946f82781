import Logging
import NIOPosix
import ServiceLifecycle
import TOMLKit

enum PlaceholderE {}

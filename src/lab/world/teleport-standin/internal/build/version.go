// Package build says which Teleport this program stands in for.
package build

import (
	"fmt"
	"runtime"
)

// Version is the Teleport version that is played, without the leading v.
// A packager sets another with -ldflags "-X teleport-standin/internal/build.Version=18.5.0".
var Version = "18.6.0"

// Text is what `teleport version`, `tctl version` and `tsh version` print.
func Text() string {
	return fmt.Sprintf("Teleport v%s (stand-in) git:v%s-0-gstandin %s", Version, Version, runtime.Version())
}

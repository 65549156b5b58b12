package calendar

import (
	"sync"
	"time"
)

var loadedZones sync.Map // name to *time.Location

// LoadZone is time.LoadLocation, which reads a file each time, with a memory: a
// round looks up a zone for each of its members.
func LoadZone(name string) (*time.Location, error) {
	if z, ok := loadedZones.Load(name); ok {
		return z.(*time.Location), nil
	}
	z, err := time.LoadLocation(name)
	if err == nil {
		loadedZones.Store(name, z)
	}
	return z, err
}

package forecast

// Known is the pace without doubt about its mean: the plain walk.
func (p Pace) Known() Pace {
	p.spread = spread{}
	return p
}

// AfterSlot is the chance to be done by the end of the slot.
func (f Finish) AfterSlot(slot int) float64 { return f.chance(slot) }

// MaxSlots is how far a forecast looks.
const MaxSlots = maxSlots

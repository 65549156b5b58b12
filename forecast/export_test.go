package forecast

// Known is the pace without doubt about its mean: the plain walk.
func (p Pace) Known() Pace {
	p.spread = spread{}
	return p
}

// LearnWithoutPrior takes the days for what they are, few or many.
func LearnWithoutPrior(h History) (Pace, error) {
	slots, err := h.slots()
	if err != nil {
		return Pace{}, err
	}
	if items := worked(slots); items == 0 {
		return Pace{}, ErrTooLittleHistory
	}
	return learned(Pace{calendar: h.Calendar, last: h.last()}, h, slots), nil
}

func worked(slots []slot) (items int) {
	for _, s := range slots {
		items += s.items
	}
	return items
}

// AfterSlot is the chance to be done by the end of the slot.
func (f Finish) AfterSlot(slot int) float64 { return f.chance(slot) }

// MaxSlots is how far a forecast looks.
const MaxSlots = maxSlots

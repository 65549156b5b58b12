package work

import (
	"context"
	"errors"
	"sync"
	"time"

	"headway/models"
)

// keep renews the lease until stop is called, however slowly Jira answers. held
// ends with the cause ErrRefreshing when another process has taken over.
func keep(ctx context.Context, lease models.Lease) (held context.Context, stop func()) {
	held, cancel := context.WithCancelCause(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() {
		tick := time.NewTicker(refreshLease / 3)
		defer tick.Stop()
		for {
			select {
			case <-held.Done():
				return
			case <-tick.C:
			}
			// Trouble of the database is left to the next try.
			if err := lease.Renew(held); errors.Is(err, models.ErrLeaseLost) {
				cancel(ErrRefreshing)
			}
		}
	})
	return held, func() {
		cancel(nil)
		renewing.Wait()
	}
}

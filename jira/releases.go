package jira

import (
	"context"
	"net/url"
	"strconv"

	"headway/metrics"
)

// Releases lists a project's versions. A released version may lack its date.
func (c *Client) Releases(ctx context.Context, projectID int64) ([]metrics.Release, error) {
	var list []metrics.Release
	err := offsets(func(start int) (ids []int64, last bool, err error) {
		var page struct {
			Values []struct {
				ID       number `json:"id"`
				Released bool   `json:"released"`
				Archived bool   `json:"archived"`
				Date     day    `json:"releaseDate"`
			} `json:"values"`
			Last bool `json:"isLast"`
		}
		ask := url.Values{"startAt": {strconv.Itoa(start)}, "maxResults": {"100"}}
		if err := c.get(ctx, projectPath(projectID, "version"), ask, &page); err != nil {
			return nil, false, err
		}
		for _, v := range page.Values {
			ids = append(ids, int64(v.ID))
			list = append(list, metrics.Release{ID: v.ID.String(), Released: v.Released, Archived: v.Archived, Date: v.Date.Date})
		}
		return ids, page.Last, nil
	})
	return list, err
}

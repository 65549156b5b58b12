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
	err := offsets(func(start int) (int, bool, error) {
		var page struct {
			Values []struct {
				ID       string `json:"id"`
				Released bool   `json:"released"`
				Archived bool   `json:"archived"`
				Date     day    `json:"releaseDate"`
			} `json:"values"`
			Last bool `json:"isLast"`
		}
		ask := url.Values{"startAt": {strconv.Itoa(start)}, "maxResults": {"100"}}
		if err := c.get(ctx, projectPath(projectID, "version"), ask, &page); err != nil {
			return 0, false, err
		}
		for _, v := range page.Values {
			list = append(list, metrics.Release{ID: v.ID, Released: v.Released, Archived: v.Archived, Date: v.Date.Date})
		}
		return len(page.Values), page.Last, nil
	})
	return list, err
}

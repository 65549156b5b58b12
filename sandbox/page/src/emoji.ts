// The shortcodes that people and bots write most. An unknown one stays as text,
// as in Slack.

const codes: Record<string, string> = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", wave: "👋", clap: "👏", pray: "🙏", raised_hands: "🙌",
  ok_hand: "👌", muscle: "💪", eyes: "👀", point_right: "👉", smile: "😄", slightly_smiling_face: "🙂", thinking_face: "🤔",
  tada: "🎉", rocket: "🚀", fire: "🔥", star: "⭐", sparkles: "✨", heart: "❤️", bulb: "💡", bell: "🔔", no_bell: "🔕",
  warning: "⚠️", rotating_light: "🚨", no_entry: "⛔", no_entry_sign: "🚫", construction: "🚧", x: "❌", lock: "🔒", key: "🔑",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", question: "❓", exclamation: "❗",
  information_source: "ℹ️", red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢",
  large_blue_circle: "🔵", white_circle: "⚪", black_circle: "⚫", large_green_square: "🟩", large_yellow_square: "🟨",
  large_red_square: "🟥", small_red_triangle: "🔺", small_red_triangle_down: "🔻", arrow_up: "⬆️", arrow_down: "⬇️",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_upper_right: "↗️", arrow_lower_right: "↘️", calendar: "📆", date: "📅",
  clock9: "🕘", hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", memo: "📝", pencil: "📝",
  pushpin: "📌", link: "🔗", mag: "🔍", gear: "⚙️", wrench: "🔧", hammer_and_wrench: "🛠️", package: "📦", truck: "🚚",
  bug: "🐛", robot_face: "🤖", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", bar_chart: "📊",
  clipboard: "📋", file_folder: "📁", speech_balloon: "💬", house: "🏠", palm_tree: "🌴", umbrella: "☔", sunny: "☀️",
  coffee: "☕", zzz: "💤", snail: "🐌", turtle: "🐢", dart: "🎯", checkered_flag: "🏁", busts_in_silhouette: "👥",
};

export const emojiOf = (name: string): string | undefined => codes[name.replace(/::skin-tone-\d$/, "")];

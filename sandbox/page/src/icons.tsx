// The page's own line icons, drawn on a 20 × 20 grid.

const paths = {
  home: "M3 9.5 10 3.5l7 6M5 8.5V16.5h10V8.5M8.5 16.5v-4h3v4",
  dms: "M3.5 4.5h13v9h-7l-3.5 3v-3h-2.5z",
  activity: "M5.5 13.5V9a4.5 4.5 0 0 1 9 0v4.5l1.5 1.5H4zM8.5 17.5h3",
  theme: "M10 3.5a6.5 6.5 0 1 0 0 13zM10 3.5a6.5 6.5 0 0 1 0 13z",
  lightning: "M11 2.5 4.5 11.5h5l-.5 6 6.5-9h-5z",
  send: "M3.5 3.5 17 10 3.5 16.5 5.5 10zM5.5 10H17",
  reply: "M3.5 4.5h13v8.5h-6.5l-3.5 3v-3h-3zM7 7.5h6M7 10h4",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12 4.5 6.5 10l5.5 5.5",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  eye: "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  search: "M9 15a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM13.5 13.5 17 17",
  keys: "M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.8h7",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.3l1-1",
  down: "M10 4v12M5 11l5 5 5-5",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4l2.5 2",
};

export function Icon({ name, size = 20 }: { name: keyof typeof paths; size?: number }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width={size} height={size} aria-hidden="true">
      <path d={paths[name]} fill="none" />
      {name === "theme" && <path d="M10 3.5a6.5 6.5 0 1 0 0 13z" fill="currentColor" />}
    </svg>
  );
}

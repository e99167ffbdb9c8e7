// The drawing on the button and in the chat's head: a speech bubble, on a field of 24 by 24.

export const MARK = "M21 12a8 8 0 0 1-8 8H4l2-3.5A8 8 0 1 1 21 12ZM9 12h.01M13 12h.01M17 12h.01";

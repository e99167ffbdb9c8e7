// Line drawings, as paths on a field of 24 by 24.

export const CLOSE = "M6 6l12 12M18 6 6 18";
export const MENU = "M12 5h.01M12 12h.01M12 19h.01";
export const SEND = "M12 19V5M6 11l6-6 6 6";
export const WARNING = "M12 9v4m0 4h.01M10.3 4 2.5 17.5A2 2 0 0 0 4.2 20.5h15.6a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0Z";
export const HEART = "M12 20S3.5 15 3.5 9A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8.5 2c0 6-8.5 11-8.5 11Z";
export const CLOCK = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2";
export const PHONE = "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2";
export const CHECK = "M5 12.5 10 17.5 19 7";
export const SAVE = "M12 4v11m-5-5 5 5 5-5M5 20h14";
export const PRINT = "M7 8V4h10v4M7 17H4v-7a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v7h-3M7 14h10v6H7Z";
export const LIST = "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01";
export const PLUS = "M12 5v14M5 12h14";
export const BIN = "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13";
export const BACK = "M15 5l-7 7 7 7";
export const NEXT = "M9 5l7 7-7 7";
export const DOWN = "M12 5v14m-6-6 6 6 6-6";

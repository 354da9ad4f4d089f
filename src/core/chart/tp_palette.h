/*
 * tp_palette.h
 *	  Colours in the light and in the dark, as the style sheet of a picture.
 */
#ifndef TP_PALETTE_H
#define TP_PALETTE_H

#include "base/tp_core.h"

/* The style sheet; it is the same in every picture, so that many may stand on one page. */
extern void tp_palette_style(tp_buffer *out);

#endif							/* TP_PALETTE_H */

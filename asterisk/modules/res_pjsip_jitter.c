/*
 * Gives a caller whose packets overtake each other a jitter buffer.
 *
 * Debian's Asterisk drops a packet that was overtaken where audio changes its format (debian/patches, main/translate.c of
 * 22.10), as it does on the way to the gateway: of packets that are up to 200 ms late two thirds. A buffer puts them in
 * order again, and costs as much time as they are late; so a channel has none until packets have overtaken each other,
 * and one from then on, which grows and shrinks with the line (main/jitterbuf.c).
 *
 * What the buffer makes up for a packet that never came has no sequence number, which main/translate.c takes for
 * number 0: in half of all calls everything after it may then be late, and dropped for minutes. So it goes no further
 * than here; the gap in the numbers tells of the loss, as without a buffer.
 *
 * Built against Asterisk's headers and loaded into it, hence under its licence: GPL-2.0-only.
 */
#define AST_MODULE "res_pjsip_jitter"
#define AST_MODULE_SELF_SYM __internal_res_pjsip_jitter_self

#include <asterisk.h>

#include <stdint.h>
#include <time.h>

#include <asterisk/abstract_jb.h>
#include <asterisk/channel.h>
#include <asterisk/datastore.h>
#include <asterisk/frame.h>
#include <asterisk/framehook.h>
#include <asterisk/module.h>
#include <asterisk/utils.h>

/* What is farther behind is of another stream: MAX_MISORDER of RFC 3550, appendix A.1. */
#define MAX_MISORDER 100
/* So many of so many packets have to be overtaken: 3 % lost does no harm, and a route that changes does it once. */
#define OVERTAKEN 3
#define OF_PACKETS 100
/* The most that a packet waits. */
#define LONGEST_MS 500
/* Added to what the last packets were late. */
#define EXTRA_MS 20
/* A buffer that has let nothing go for so long does not work: it goes by the clock, which may have been set back. */
#define STUCK_MS 1000

struct line {
	unsigned short newest;
	int known;
	int packets;
	int overtaken;
	int buffered;
};

typedef struct ast_frame *reader(struct ast_channel *chan);

static reader *original;

static const struct ast_datastore_info line_info = {
	.type = "res_pjsip_jitter",
	.destroy = ast_free_ptr,
};

static struct line *line_of(struct ast_channel *chan)
{
	struct ast_datastore *store = ast_channel_datastore_find(chan, &line_info, NULL);

	if (store) {
		return store->data;
	}
	store = ast_datastore_alloc(&line_info, NULL);
	if (!store) {
		return NULL;
	}
	store->data = ast_calloc(1, sizeof(struct line));
	if (!store->data) {
		ast_datastore_free(store);
		return NULL;
	}
	ast_channel_datastore_add(chan, store);
	return store->data;
}

/* Whether a line that delivers this packet needs a buffer. */
static int needs_buffer(struct line *line, unsigned short sequence)
{
	short step = sequence - line->newest;

	if (++line->packets > OF_PACKETS) {
		line->packets = line->overtaken = 0;
	}
	if (line->known && step < 0 && step >= -MAX_MISORDER) {
		return ++line->overtaken >= OVERTAKEN;
	}
	line->newest = sequence;
	line->known = 1;
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Called with the channel locked, after the buffer: what has been in it is a copy. A frame that it refused, since it is
   full, would overtake all that are in it, which would be dropped. */
static int is_unwanted(const struct ast_frame *frame, int64_t *released_ms)
{
	if (frame->mallocd && !frame->datalen) {
		return 1;
	}
	if (frame->mallocd) {
		*released_ms = now_ms();
		return 0;
	}
	return now_ms() - *released_ms < STUCK_MS;
}

static struct ast_frame *on_frame(struct ast_channel *chan, struct ast_frame *frame, enum ast_framehook_event event,
	void *data)
{
	if (event == AST_FRAMEHOOK_EVENT_READ && frame && frame->frametype == AST_FRAME_VOICE && is_unwanted(frame, data)) {
		ast_frfree(frame);
		return &ast_null_frame;
	}
	return frame;
}

static int consumes(void *data, enum ast_frame_type type)
{
	return type == AST_FRAME_VOICE;
}

static void give_buffer(struct ast_channel *chan)
{
	struct ast_jb_conf conf;
	struct ast_framehook_interface hook = {
		.version = AST_FRAMEHOOK_INTERFACE_VERSION,
		.event_cb = on_frame,
		.consume_cb = consumes,
		.destroy_cb = ast_free_ptr,
		.data = ast_calloc(1, sizeof(int64_t)),
	};

	if (!hook.data) {
		return;
	}
	ast_jb_conf_default(&conf);
	ast_copy_string(conf.impl, "adaptive", sizeof(conf.impl));
	conf.max_size = LONGEST_MS;
	conf.target_extra = EXTRA_MS;
	ast_jb_create_framehook(chan, &conf, 1);
	if (ast_framehook_attach(chan, &hook) < 0) {
		ast_log(LOG_ERROR, "%s: what its jitter buffer makes up may make it deaf\n", ast_channel_name(chan));
		ast_free(hook.data);
	}
	ast_log(LOG_NOTICE, "%s: packets overtake each other; they go through a jitter buffer now\n",
		ast_channel_name(chan));
}

/* Called with the channel locked. */
static struct ast_frame *read_stream(struct ast_channel *chan)
{
	struct ast_frame *frame = original(chan);
	struct line *line;

	if (!frame || frame->frametype != AST_FRAME_VOICE || !ast_test_flag(frame, AST_FRFLAG_HAS_SEQUENCE_NUMBER)) {
		return frame;
	}
	line = line_of(chan);
	if (line && !line->buffered && needs_buffer(line, frame->seqno)) {
		line->buffered = 1;
		give_buffer(chan);
	}
	return frame;
}

static int load_module(void)
{
	const struct ast_channel_tech *tech = ast_get_channel_tech("PJSIP");

	if (!tech || !tech->read_stream) {
		ast_log(LOG_ERROR, "chan_pjsip has not registered PJSIP\n");
		return AST_MODULE_LOAD_DECLINE;
	}
	original = tech->read_stream;
	/* As in res_pjsip_key_source.c. */
	*(reader **) &tech->read_stream = read_stream;
	return AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void)
{
	/* A thread may be in our function. */
	return -1;
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Put packets in order that overtake each other",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.load_pri = AST_MODPRI_CHANNEL_DRIVER + 1,
	.requires = "chan_pjsip",
);

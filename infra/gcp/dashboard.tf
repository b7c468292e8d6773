# The dashboard. Its charts, listed in dashboard.json, answer the operators' questions.

locals {
  dashboard = jsondecode(file("${path.module}/dashboard.json"))

  charts = [
    for chart in local.dashboard : {
      title = chart.question
      sets = [
        for name in try(chart.logs, [""]) : {
          legend  = name
          filter  = name == "" ? "metric.type = \"${chart.metric}\" AND ${chart.filter}" : "metric.type = \"logging.googleapis.com/user/${name}\" AND resource.type = \"cloud_run_revision\""
          aligner = try(chart.aligner, "ALIGN_DELTA")
          by      = name == "" ? try([chart.by], []) : ["metric.label.reason"]
        }
      ]
    }
  ]
}

resource "google_monitoring_dashboard" "this" {
  project = var.project
  dashboard_json = jsonencode({
    displayName = "Petitions"
    mosaicLayout = {
      columns = 12
      tiles = [
        # Google drops zeros and empty lists. Every plan would set them again (terraform-provider-google 7242, 16173).
        for index, chart in local.charts : merge({ for name, at in { xPos = (index % 3) * 4, yPos = floor(index / 3) * 4 } : name => at if at > 0 }, {
          width  = 4
          height = 4
          widget = {
            title = chart.title
            xyChart = {
              dataSets = [
                for set in chart.sets : {
                  plotType       = "LINE"
                  legendTemplate = set.legend
                  timeSeriesQuery = {
                    timeSeriesFilter = {
                      filter = set.filter
                      aggregation = merge({
                        alignmentPeriod    = "60s"
                        perSeriesAligner   = set.aligner
                        crossSeriesReducer = strcontains(set.aligner, "PERCENTILE") || set.aligner == "ALIGN_MAX" ? "REDUCE_MAX" : "REDUCE_SUM"
                      }, { for name, by in { groupByFields = set.by } : name => by if length(by) > 0 })
                    }
                  }
                }
              ]
            }
          }
        })
      ]
    }
  })

  depends_on = [google_logging_metric.counter]
}
